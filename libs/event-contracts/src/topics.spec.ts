import { contracts, partitionsOf, topicCatalogue, topicConfig, topicName, topics, topicSettings } from './index';
import { serviceWords, topicWords } from './words';

describe('the catalogue of topics', () => {
  it('has every topic once, with its owner, one key for all its events, and words in both languages', () => {
    expect(topicCatalogue.map(({ topic }) => topic)).toEqual(topics());
    expect(Object.keys(topicWords).sort()).toEqual(topics());
    for (const { topic, owner, key, types, zh, en } of topicCatalogue) {
      const events = contracts.filter((contract) => contract.topic === topic);
      expect([topic, new Set(events.map(({ keyField }) => keyField))]).toEqual([topic, new Set([key])]);
      expect(types).toEqual(events.map(({ type }) => type).sort());
      expect(topic.startsWith(`${owner}.`)).toBe(true);
      expect(serviceWords[owner]).toBeDefined();
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(en).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('keeps events for 30 days in three copies, two of which must have them', () => {
    expect(topicSettings('members.member')).toMatchObject({
      owner: 'members',
      key: 'memberId',
      partitions: 12,
      cleanup: 'delete',
      retentionDays: 30,
      replication: 3,
      minInSyncReplicas: 2,
      dataClass: 'personal',
    });
    for (const { topic, partitions } of topicCatalogue) expect(partitions).toBe(partitionsOf(topic));
    expect(() => topicSettings('members.medal')).toThrow(/no topic/);
  });

  it('has the strictest data class of its events, so that nobody reads more than he may', () => {
    const order = ['public', 'internal', 'personal'];
    for (const { topic, dataClass } of topicCatalogue)
      for (const contract of contracts.filter((each) => each.topic === topic))
        expect(order.indexOf(dataClass)).toBeGreaterThanOrEqual(order.indexOf(contract.dataClass));
    expect(topicSettings('organizations.area').dataClass).toBe('public');
  });

  it('speaks Kafka, with less demanded of a small cluster', () => {
    const settings = topicSettings('members.member');
    expect(topicConfig(settings)).toEqual({
      'cleanup.policy': 'delete',
      'retention.ms': '2592000000',
      'min.insync.replicas': '2',
      'unclean.leader.election.enable': 'false',
    });
    expect([1, 2, 3, 5].map((brokers) => topicConfig(settings, brokers)['min.insync.replicas'])).toEqual([
      '1',
      '1',
      '2',
      '2',
    ]);
    expect(topicName('members.member')).toBe('jishi.members.member');
    expect(topicName('members.member', 'wuzhi')).toBe('wuzhi.members.member');
  });
});
