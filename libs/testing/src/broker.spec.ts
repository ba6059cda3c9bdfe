import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from '@jishi/embedded-kafka';
import { processMark } from '@jishi/embedded-postgres';
import { startTestBroker, stopTestBroker, testBrokers } from './broker';

jest.setTimeout(300_000);

describe('the test broker', () => {
  it('answers where the tests are told, and is the same for all of them', async () => {
    const brokers = await testBrokers();
    expect(await testBrokers()).toBe(brokers);
    const [, port] = /^127\.0\.0\.1:(\d+)$/.exec(brokers[0] ?? '') ?? [];
    // A cluster of somebody else is taken as it is.
    if (process.env.KAFKA_BROKERS === undefined) expect(await ask(Number(port))).not.toBeNull();
    else expect(brokers.join(',')).toBe(process.env.KAFKA_BROKERS);
  });

  it('stays while tests of another living process use it, and leaves nothing when it ends', async () => {
    const outer = mkdtempSync(join(tmpdir(), 'jishi-test-kafka-'));
    const place = join(outer, 'kafka');
    const given = process.env.KAFKA_BROKERS;
    delete process.env.KAFKA_BROKERS;
    const other = spawn('sleep', ['600']);
    try {
      const { adopted, brokers } = await startTestBroker(undefined, place);
      expect(adopted).toBe(false);
      const port = Number(brokers[0]?.split(':')[1]);
      await writeFile(join(place, 'users', String(other.pid)), String(processMark(other.pid ?? 0)));
      expect(await stopTestBroker(undefined, place)).toBe(false);
      expect(await startTestBroker(undefined, place)).toMatchObject({ brokers, adopted: true });
      expect(await ask(port)).not.toBeNull();

      const gone = new Promise((resolve) => other.once('exit', resolve));
      other.kill('SIGKILL');
      await gone;
      expect(await stopTestBroker(undefined, place)).toBe(true);
      expect([await ask(port), existsSync(place)]).toEqual([null, false]);
    } finally {
      other.kill('SIGKILL');
      if (given !== undefined) process.env.KAFKA_BROKERS = given;
      rmSync(outer, { recursive: true, force: true });
    }
  });
});
