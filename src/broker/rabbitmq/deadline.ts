/**
 * Settles like `work`, or throws once `ms` milliseconds have passed. What is still going on then is left alone, its failure too.
 * @param what stands in the error: "<what> took longer than ... ms"
 */
export async function within<T>(work: PromiseLike<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${Math.round(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
