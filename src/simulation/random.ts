/** Numbers from 0 up to 1 that look random and are the same for the same seed (mulberry32, Tommy Ettinger). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One seed out of several numbers, such as that of a script and which of its customers it is (the mixing step of MurmurHash3, Austin Appleby). */
export const seedFrom = (...numbers: number[]): number =>
  numbers.reduce((seed, n) => {
    let mixed = Math.imul(seed ^ n, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }, 0x9747b28c);
