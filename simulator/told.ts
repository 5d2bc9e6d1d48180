import { type Actor, type Message, receive } from '../src/actors/actor.ts';
import type { MessageType } from '../src/actors/messages.ts';
import type { World } from './world.ts';

/** The same actor; each message that it handles is a line of the story. */
export function told(world: World, process: string, actor: Actor<unknown>): Actor<unknown> {
  const handle = (state: unknown, message: Message) => {
    const step = receive(actor, state, message);
    const [before, after] = [statusOf(state), statusOf(step.state)];
    const change = before === after ? '' : `: ${before} → ${after}`;
    const { orderId, outcome } = message.data as { orderId?: string; outcome?: string };
    const said = `${message.type}${outcome ? ` ${outcome}` : ''} ${message.id}`;
    world.tell(() => `${actor.name} of ${orderId} in ${process} handles ${said}${change}`);
    return step;
  };
  const on = Object.fromEntries((Object.keys(actor.on) as MessageType[]).map((type) => [type, handle]));
  return { ...actor, on };
}

const statusOf = (state: unknown) => (state as { status?: string }).status;
