import type { Script } from '../../simulation/script.ts';
import type { Stage } from '../../simulation/stage.ts';
import { UsageError } from '../exit-code.ts';

/** @throws {UsageError} the script does what may not be done to a platform that others use */
export function mustBeHarmless({ name, faults, riders, phases }: Script): void {
  const does = [
    ...(faults.length > 0 ? ['makes faults'] : []),
    ...(riders ? ['brings riders of its own'] : []),
    ...(phases.some(({ expect }) => expect?.capacityUsed !== undefined) ? ["reads the provider's counts"] : []),
  ];
  if (does.length > 0)
    throw new UsageError(
      `The script ${name} ${does.join(' and ')}, which --attach does not allow on a platform that runs already. Run it without --attach, or take that out.`,
    );
}

const not = async (): Promise<never> => {
  throw new Error('Nothing is done to a platform that runs already.');
};

/** A platform that is not ours, to which nothing is done. */
export const attachedStage: Stage = {
  stop: not,
  kill: not,
  start: not,
  provider: not,
  restartBroker: not,
  charges: not,
};
