import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import type { Circumstances } from './run.ts';

/** What this machine has, as far as it took part. @param redis path of redis-server */
export async function circumstancesOf(
  command: string,
  at: number,
  { rabbitMq, redis }: { rabbitMq?: string; redis?: string },
): Promise<Circumstances> {
  return {
    command,
    at,
    node: process.versions.node,
    cores: availableParallelism(),
    ...(rabbitMq !== undefined && { rabbitMq: await rabbitMqVersion(rabbitMq) }),
    ...(redis !== undefined && { redis: await redisVersion(redis) }),
  };
}

async function rabbitMqVersion(url: string): Promise<string> {
  const connection = await connect(url);
  const { version } = connection.connection.serverProperties;
  await connection.close();
  return version;
}

async function redisVersion(server: string): Promise<string> {
  const { stdout } = await promisify(execFile)(server, ['--version']);
  return /v=(\S+)/.exec(stdout)?.[1] ?? 'of an unknown version';
}
