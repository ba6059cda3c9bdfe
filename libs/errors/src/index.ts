/** One sentence for a person, in Chinese and English; `{placeholders}` are filled from the refusal's params. */
export interface Wording {
  readonly zh: string;
  readonly en: string;
}

/** The document, article and rule key that a refusal or a figure stands on. */
export interface Citation {
  readonly document: string;
  readonly article?: string;
  readonly rule?: string;
}

/** Why something is refused, before anybody decided in which language to say it. */
export interface Refusal {
  /** The broken rule in words, stable for programs: `LETTER_EXPIRED`. */
  readonly code: string;
  readonly wording: Wording;
  /** The field of the input that is at fault. */
  readonly field?: string;
  /** The sentence of the rule that was broken, for people who look it up. */
  readonly rule?: string;
  readonly citation?: Citation;
  readonly params?: Readonly<Record<string, string | number>>;
}

export type Kind = 'NOT_FOUND' | 'NOT_ALLOWED' | 'UNAUTHENTICATED' | 'INVALID_INPUT' | 'RULE_BROKEN' | 'CONFLICT';
export type Language = 'zh' | 'en';

/** An error that the caller may see. Everything else is masked at the edge. */
export class DomainError extends Error {
  constructor(
    readonly kind: Kind,
    readonly refusal: Refusal,
  ) {
    super(say(refusal.wording, 'en', refusal.params));
    this.name = 'DomainError';
  }
}

/** Fills a wording's placeholders. An unknown placeholder stays visible, so that a typo shows in a test. */
export function say(wording: Wording, language: Language, params: Refusal['params'] = {}): string {
  return wording[language].replace(/\{(\w+)\}/g, (placeholder, name: string) => String(params[name] ?? placeholder));
}

/** Chinese unless the person asked for English first (`Accept-Language`, quality values respected). */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranked = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...options] = part.trim().toLowerCase().split(';');
      const quality = options.map((option) => /^q=([\d.]+)$/.exec(option.trim())?.[1]).find(Boolean);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => /^(zh|en)\b/.test(tag) && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return ranked[0]?.tag.startsWith('en') ? 'en' : 'zh';
}

/** A record that is absent, or that the caller may not know of: the two look alike on purpose. */
export const notFound = (what: Wording, id: string): DomainError =>
  new DomainError('NOT_FOUND', {
    code: 'NOT_FOUND',
    wording: {
      zh: `没有找到${what.zh}（{id}），或不在您的管理范围内`,
      en: `${what.en} {id} was not found, or is outside your scope`,
    },
    params: { id },
  });

/** The caller's posts do not carry this permission on this record. */
export const notAllowed = (permission: string, wording?: Wording): DomainError =>
  new DomainError('NOT_ALLOWED', {
    code: 'NOT_ALLOWED',
    wording: wording ?? {
      zh: '您的职务没有这项权限（{permission}）',
      en: 'None of your posts carries the permission {permission} here',
    },
    rule: permission,
    params: { permission },
  });

export const unauthenticated = (): DomainError =>
  new DomainError('UNAUTHENTICATED', {
    code: 'UNAUTHENTICATED',
    wording: {
      zh: '请先登录：请求没有有效的身份凭证',
      en: 'Please sign in: the request carries no valid token',
    },
  });

/** Input that cannot be taken as written: the field, what is wrong with it, and what was expected. */
export const invalidInput = (field: string, wording: Wording, more: Partial<Refusal> = {}): DomainError =>
  new DomainError('INVALID_INPUT', { code: 'INVALID_INPUT', field, wording, ...more });

/** A rule of the office stands against the step. */
export const ruleBroken = (refusal: Refusal): DomainError => new DomainError('RULE_BROKEN', refusal);

/** Somebody else changed the record since the caller read it. */
export const staleVersion = (what: Wording, given: number, current: number): DomainError =>
  new DomainError('CONFLICT', {
    code: 'STALE_VERSION',
    field: 'version',
    wording: {
      zh: `${what.zh}已被他人修改（您看到的是第{given}版，现在是第{current}版），请刷新后再试`,
      en: `${what.en} was changed by somebody else (you hold version {given}, it is now {current}); reload and try again`,
    },
    params: { given, current },
  });

/** The words for constraints of a database: constraint name → refusal. Every service hands its own to `createSubgraph`. */
export type ConstraintWordings = Readonly<Record<string, Omit<Refusal, 'params'>>>;
