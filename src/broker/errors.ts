import { BaedalError, reasonOf } from '../errors.ts';

/** No connection to RabbitMQ, and none within the time given. */
export class BrokerUnreachable extends BaedalError {
  readonly code = 'broker-unreachable';
  readonly retry = true;
  constructor(
    readonly redactedUrl: string,
    cause: unknown,
    detail = '',
  ) {
    super(
      `Cannot reach RabbitMQ at ${redactedUrl}${detail && ` (${detail})`}. Start it or correct the address, or leave --broker out to use the embedded broker.`,
      { cause },
    );
  }
}

/** The text given as RabbitMQ's address is none. */
export class BrokerUrlInvalid extends BaedalError {
  readonly code = 'broker-url-invalid';
  readonly retry = false;
  constructor(redactedUrl: string, why: string) {
    super(
      `"${redactedUrl}" is no address of a RabbitMQ: ${why}. It looks like amqp://user:password@host:5672/vhost, or with several hosts of a cluster like amqp://user:password@host:5672,other:5672/vhost.`,
    );
  }
}

/** The broker reads the address but turns us down: wrong user, password or virtual host. */
export class BrokerRefused extends BaedalError {
  readonly code = 'broker-refused';
  readonly retry = false;
  constructor(redactedUrl: string, why: string, cause: unknown) {
    super(`RabbitMQ at ${redactedUrl} turned the connection down: ${why}. Check user, password and virtual host.`, {
      cause,
    });
  }
}

/** A queue or exchange is there already with other arguments than ours. */
export class TopologyDrift extends BaedalError {
  readonly code = 'topology-drift';
  readonly retry = false;
  constructor(what: string, cause: unknown) {
    super(
      `The broker has ${what} with other settings than this version declares. Delete it once it is empty, or set BAEDAL_NAMESPACE to a new name.`,
      { cause },
    );
  }
}

/** The queues belong to actors whose data are kept elsewhere. Hosts on other data would lose what those know. */
export class OtherHome extends BaedalError {
  readonly code = 'other-home';
  readonly retry = false;
  constructor(redactedUrl: string, cause: unknown) {
    super(
      `The queues at ${redactedUrl} belong to another data folder. Use the --data and the --broker address that they were first used with, or set BAEDAL_NAMESPACE to a new name.`,
      { cause },
    );
  }
}

/** The connection went away before the broker confirmed: stored or not, nobody knows. Publish again under the same id. */
export class OutcomeUnknown extends BaedalError {
  readonly code = 'outcome-unknown';
  readonly retry = true;
  constructor(cause?: unknown) {
    super('The broker went away before it confirmed a message. It is safe to send the same message again.', { cause });
  }
}

/** No queue takes this message. */
export class Unroutable extends BaedalError {
  readonly code = 'unroutable';
  readonly retry = true;
  constructor(route: string) {
    super(`No queue takes ${route}. Start \`baedal up\` once so that it declares its queues.`);
  }
}

/** The broker will not store it now: a queue is full, or its disk is. */
export class PublishRefused extends BaedalError {
  readonly code = 'publish-refused';
  readonly retry = true;
  constructor(why: string, cause?: unknown) {
    super(`The broker does not take messages now: ${why}.`, { cause });
  }
}

/** A message that cannot travel: one of its parts does not fit into what the protocol has for it. It never will. */
export class Unsendable extends BaedalError {
  readonly code = 'unsendable';
  readonly retry = false;
  constructor(cause: unknown) {
    super(
      `A message cannot be sent (${reasonOf(cause)}). Its id, its route and its reply address may have 255 bytes each: shorten them.`,
      { cause },
    );
  }
}

/** Nobody answered a request in time. It may still be read later. */
export class RequestTimedOut extends BaedalError {
  readonly code = 'timed-out';
  readonly retry = true;
  constructor(timeoutMs: number) {
    super(`No answer within ${timeoutMs / 1000} s.`);
  }
}

/** A body that is not one of our messages. It never will be, so it goes to the dead letters at once. */
export class Undecodable extends BaedalError {
  readonly code = 'undecodable';
  readonly retry = false;
}

/** The broker was closed while something was still wanted of it. */
export class BrokerClosed extends BaedalError {
  readonly code = 'broker-closed';
  readonly retry = false;
  constructor() {
    super('The broker connection is closed.');
  }
}
