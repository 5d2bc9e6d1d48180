/** Said on the error stream: the transport goes on, and whoever wrote the callback should know. */
export function warnOf(thrown: unknown, where: string): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  process.emitWarning(`${where} threw: ${error.stack ?? error.message}`, 'BaedalWarning');
}
