import { checkActors } from './check-actors.ts';
import { checkAlarms, checkBroker, checkHome } from './check-broker.ts';
import { checkCatalog } from './check-catalog.ts';
import { checkDatabases } from './check-databases.ts';
import { checkDisk, checkFolder } from './check-folder.ts';
import { checkClock, checkNode, checkSqlite } from './check-machine.ts';
import { checkMessages } from './check-messages.ts';
import { checkPayment } from './check-payment.ts';
import { checkQueues } from './check-queues.ts';
import { checkReadModel } from './check-read-model.ts';
import { checkSettings } from './check-settings.ts';
import { checkTerminal } from './check-terminal.ts';
import { checkDeadLetters, checkWaiting } from './check-waiting.ts';
import type { Facts } from './facts.ts';
import type { Check, Finding } from './finding.ts';

/** Every check: what the facts mean, and what to do. None asks anything by itself. */
const judges: Record<Check, (facts: Facts) => Finding[]> = {
  node: checkNode,
  sqlite: checkSqlite,
  terminal: checkTerminal,
  clock: checkClock,
  settings: checkSettings,
  catalog: checkCatalog,
  folder: checkFolder,
  disk: checkDisk,
  databases: checkDatabases,
  'read-model': checkReadModel,
  broker: checkBroker,
  queues: checkQueues,
  home: checkHome,
  alarms: checkAlarms,
  waiting: checkWaiting,
  'dead-letters': checkDeadLetters,
  actors: checkActors,
  payment: checkPayment,
  messages: checkMessages,
};

export const examined = (facts: Facts): Finding[] => Object.values(judges).flatMap((judge) => judge(facts));
