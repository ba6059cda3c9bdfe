import { randomUUID } from 'node:crypto';
import { topicCatalogue } from '@jishi/event-contracts';
import { kafkaTopics, topicsOfContracts } from '@jishi/event-delivery';
import { testBrokers } from '@jishi/testing';
import { asked, declareTopics, type Asked } from './topics';

jest.setTimeout(120_000);

describe('the topics on Kafka', () => {
  const prefix = `t${randomUUID().slice(0, 8)}`;
  let brokers: readonly string[];
  const run = async (doing: Asked['doing']): Promise<{ code: number; said: string[] }> => {
    const said: string[] = [];
    return { code: await declareTopics({ doing, brokers, prefix }, (line) => said.push(line)), said };
  };
  beforeAll(async () => {
    brokers = await testBrokers();
  });

  it('are planned without being made, made once, and then left alone', async () => {
    const planned = await run('plan');
    expect(planned.said.filter((line) => line.startsWith('新建'))).toHaveLength(topicCatalogue.length);
    expect((await run('plan')).said).toEqual(planned.said);
    expect((await run('apply')).code).toBe(0);
    expect((await run('plan')).said).toEqual([
      `应有 ${topicCatalogue.length} 个主题：0 个有变化，${topicCatalogue.length} 个不变`,
    ]);
  });

  it('get their settings back when somebody changed them, and are refused with another number of partitions', async () => {
    const topics = await kafkaTopics({ brokers, clientId: 'spec' });
    try {
      const [member] = topicsOfContracts(prefix, await topics.brokers()).filter(({ name }) =>
        name.endsWith('.members.member'),
      );
      if (!member) throw new Error('no such topic');
      const other = { ...member, settings: { ...member.settings, 'retention.ms': '1000' } };
      await topics.apply(await topics.plan([other]));
      expect((await run('plan')).said[0]).toBe(`改正  ${member.name}  retention.ms: 1000 → 2592000000`);
      expect((await run('apply')).code).toBe(0);
      expect(await topics.plan([member])).toMatchObject([{ doing: 'keep' }]);
      const [step] = await topics.plan([{ ...member, partitions: member.partitions + 1 }]);
      expect(step).toMatchObject({
        doing: 'refused',
        differences: [{ what: 'partitions', is: '12', shall: '13' }],
      });
      await expect(topics.apply(step ? [step] : [])).rejects.toThrow(`cannot be changed in place: ${member.name}`);
    } finally {
      await topics.close();
    }
  });

  it('need a verb and brokers', () => {
    expect(asked(['plan', '--brokers', 'a:1,b:2'])).toEqual({
      doing: 'plan',
      brokers: ['a:1', 'b:2'],
      prefix: 'jishi',
    });
    expect(asked(['apply'], 'a:1')).toMatchObject({ doing: 'apply', brokers: ['a:1'] });
    for (const wrong of [
      ['apply'],
      ['drop', '--brokers', 'a:1'],
      ['plan', '--broker', 'a:1'],
      ['plan', '--brokers', 'a'],
    ])
      expect(asked(wrong)).toBeUndefined();
  });
});
