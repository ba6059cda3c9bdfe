import { DomainError, invalidInput, languageOf, notFound, say, staleVersion } from './index';

describe('words of a refusal', () => {
  it('fills placeholders in either language and leaves an unknown one visible', () => {
    const wording = { zh: '有效期至{until}，{typo}', en: 'valid until {until}, {typo}' };
    expect(say(wording, 'zh', { until: '2026-03-01' })).toBe('有效期至2026-03-01，{typo}');
    expect(say(wording, 'en', { until: '2026-03-01' })).toBe('valid until 2026-03-01, {typo}');
  });

  it('speaks Chinese unless English is preferred', () => {
    expect(languageOf(undefined)).toBe('zh');
    expect(languageOf('en-GB,en;q=0.9,zh;q=0.8')).toBe('en');
    expect(languageOf('en;q=0.5, zh-CN')).toBe('zh');
    expect(languageOf('fr, de;q=0.7')).toBe('zh');
    expect(languageOf('en;q=0')).toBe('zh');
  });

  it('carries code and field for programs', () => {
    const error = invalidInput(
      'validDays',
      { zh: '不能超过{max}天', en: 'at most {max} days' },
      { params: { max: 90 } },
    );
    expect(error).toBeInstanceOf(DomainError);
    expect(error.refusal).toMatchObject({ code: 'INVALID_INPUT', field: 'validDays', params: { max: 90 } });
    expect(error.message).toBe('at most 90 days');
  });

  it('does not tell an absent record from one out of scope', () => {
    expect(notFound({ zh: '党员', en: 'member' }, '1').refusal.wording.zh).toContain('或不在您的管理范围内');
    expect(staleVersion({ zh: '党员', en: 'member' }, 1, 2).refusal.code).toBe('STALE_VERSION');
  });
});
