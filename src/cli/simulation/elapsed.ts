import { span } from '../show.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** Seconds since the start as a clock has them: 00:25, 12:07, 1:02:05. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60), whole % 60];
  return hours === 0 ? `${two(minutes)}:${two(rest)}` : `${hours}:${two(minutes)}:${two(rest)}`;
}

/** A span of whole seconds as people say it: 9 s, 1 m 5 s. */
export const seconds = (count: number): string => (count < 60 ? `${count} s` : span(count * 1_000));
