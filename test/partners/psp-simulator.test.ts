import { PspSimulator } from '../../src/partners/psp-simulator.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { pspContract } from './contract.ts';

pspContract('simulated payment provider', async () => {
  const folder = tempFolder();
  const opened: PspSimulator[] = [];
  const again = async () => {
    opened.at(-1)?.close();
    opened.push(new PspSimulator(folder.file('psp.sqlite')));
    return opened.at(-1)!;
  };
  const close = async () => {
    opened.at(-1)!.close();
    folder.remove();
  };
  return { psp: await again(), again, close, voidForbids: true };
}).run();
