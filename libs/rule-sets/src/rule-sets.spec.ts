import { DomainError } from '@jishi/errors';
import { allRules, citationOf, ruleInForce, type RuleKey } from './index';
import { checkVersions } from './versions';

const version = { value: 1, certainty: 'V' };

describe('rules with a citation', () => {
  it('ORG-04 the ceiling of a branch is 50, from the regulation on branches', () => {
    const ceiling = ruleInForce('org.branch.ceiling', '2026-11-21');
    expect(ceiling).toMatchObject({ value: 50, unit: 'persons', to: null, certainty: 'V', feature: 'ORG-04' });
    expect(citationOf(ceiling)).toEqual({
      document: '中国共产党支部工作条例（试行）',
      article: '第四条',
      rule: 'org.branch.ceiling',
    });
  });

  it('ORG-11 a step is judged by the version in force on its date', () => {
    expect(ruleInForce('org.term.village-committee', '2018-12-28').value).toBe(3);
    expect(ruleInForce('org.term.village-committee', '2018-12-29').value).toBe(5);
    expect(ruleInForce('org.term.village', '2021-03-01').value).toBe(5);
    expect(ruleInForce('org.term.other', '2021-03-01').value).toBe(3);
    expect(ruleInForce('org.term.lead', '2026-01-01').value).toEqual([6, 3, 1]);
  });

  it('MEM-03 the default and the longest validity of a letter are two rules', () => {
    expect(ruleInForce('transfer.letter-validity', '2026-01-01').value).toBe(30);
    expect(ruleInForce('transfer.letter-validity-max', '2026-01-01').value).toBe(90);
    expect(citationOf(ruleInForce('transfer.reissues', '2026-01-01'))).not.toHaveProperty('article');
  });

  it('refuses to judge a day before the rule existed, and names the rule and the day', () => {
    const ask = () => ruleInForce('member.re-entry-ban', '2024-06-15');
    expect(ask).toThrow(DomainError);
    expect(ask).toThrow('No version of the rule member.re-entry-ban was in force on 2024-06-15');
    expect(ruleInForce('member.re-entry-ban', '2024-06-16').value).toBe(5);
  });

  it('says so when a key is unknown', () => {
    expect(() => ruleInForce('org.branch.colour' as RuleKey, '2026-01-01')).toThrow(
      'no rule with the key "org.branch.colour"',
    );
  });

  it('every rule has a title, a unit, a document and a feature; platform defaults are marked as such', () => {
    for (const rule of allRules()) {
      expect([rule.key, rule.title, rule.unit, rule.document].every((text) => text.length > 0)).toBe(true);
      expect(rule.feature).toMatch(/^(ORG|MEM|VIL|GRD|ENT|X)-\d\d$/);
      expect(rule.document.includes('平台默认（')).toBe(rule.certainty === 'seed');
    }
  });

  it.each([
    [
      'an overlap',
      [
        { from: '2018-01-01', to: '2020-01-02', ...version },
        { from: '2020-01-01', to: null, ...version },
      ],
    ],
    [
      'two open versions',
      [
        { from: '2018-01-01', to: null, ...version },
        { from: '2020-01-01', to: null, ...version },
      ],
    ],
    [
      'a gap',
      [
        { from: '2018-01-01', to: '2019-01-01', ...version },
        { from: '2020-01-01', to: null, ...version },
      ],
    ],
    ['an end before the beginning', [{ from: '2018-01-01', to: '2018-01-01', ...version }]],
    ['a day that does not exist', [{ from: '2018-02-29', to: null, ...version }]],
  ])('refuses to load %s', (_, versions) => {
    expect(() => checkVersions('some.rule', versions)).toThrow('rule "some.rule", version from 2018');
  });

  it('takes versions that follow each other day by day', () => {
    const versions = [
      { from: '2018-01-01', to: '2020-01-01', ...version },
      { from: '2020-01-01', to: null, ...version },
    ];
    expect(() => checkVersions('some.rule', versions)).not.toThrow();
  });
});
