import type { Refusal } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';

/** What villages says of a village for a closed year. */
export interface Classified {
  readonly year: number;
  readonly weak: boolean;
}

/** What is known here of the village already. */
export interface KnownVillage {
  /** The newest year it was judged for; undefined when never. */
  readonly lastYear: number | undefined;
  readonly onTheList: boolean;
  /** Whether its code is still in use. */
  readonly exists: boolean;
}

/**
 * What a classification does to the list (P4): a village that is weak by its newest closed year stands on it, one that is not does
 * not. A correction of an older year changes no list of today, and a village that was merged away is not put on it.
 */
export function decide({ year, weak }: Classified, { lastYear, onTheList, exists }: KnownVillage) {
  if (lastYear !== undefined && year < lastYear) return 'nothing';
  if (onTheList) return weak ? 'note' : 'close';
  return weak && exists ? 'open' : 'nothing';
}

/** Why a village on the list cannot be exempted or annotated, if there is a reason. */
export function refuseRemark(
  sample: { readonly closedOn: CivilDate | null },
  field: 'reason' | 'note',
  text: string,
  until: CivilDate | null,
  today: CivilDate,
): Refusal | undefined {
  if (sample.closedOn !== null)
    return {
      code: 'SAMPLE_CLOSED',
      field: 'id',
      wording: { zh: '该村已于{on}移出名单', en: 'The village was taken off the list on {on}' },
      params: { on: sample.closedOn },
    };
  if (text.trim() === '')
    return {
      code: 'REASON_MISSING',
      field,
      wording:
        field === 'reason'
          ? { zh: '豁免必须书面说明理由', en: 'An exemption needs a written reason' }
          : { zh: '请填写备注', en: 'Write the note' },
    };
  if (until !== null && until < today)
    return {
      code: 'EXEMPTION_IN_THE_PAST',
      field: 'until',
      wording: { zh: '豁免期限{until}已过', en: 'The exemption would have ended on {until}' },
      params: { until },
    };
  return undefined;
}
