/** How long a proof runs: short with `npm test`, long with `npm run soak`. */
export const proofLength = ({ short, long }: { short: number; long: number }): number =>
  process.env['BAEDAL_TEST_SOAK'] ? long : short;
