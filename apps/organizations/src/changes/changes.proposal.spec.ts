import { DomainError } from '@jishi/errors';
import { proposalOf, type ProposeInput } from './changes.proposal';

const split: ProposeInput = {
  kind: 'SPLIT',
  organizationId: 'branch',
  parts: [{ name: '第二党支部', memberIds: ['a', 'b', 'c'] }],
  reason: '党员人数超过规定上限',
  effectiveOn: '2026-03-01',
};
const founding: ProposeInput = {
  kind: 'ESTABLISH',
  targetSuperiorId: 'committee',
  organization: {
    name: '快递行业党支部',
    kind: 'BRANCH',
    board: 'ENTERPRISES',
    host: { kind: 'UNIT', id: 'unit' },
    areaCode: '410823',
  },
  reason: '新成立',
  effectiveOn: '2026-03-01',
};

describe('ORG-03 a proposal', () => {
  it('ORG-03 keeps names without the blanks around them', () => {
    const parts = [{ name: ' 第二党支部\u3000', memberIds: ['a', 'b', 'c'] }];
    expect(proposalOf({ ...split, parts }).proposal.parts).toMatchObject([{ name: '第二党支部' }]);
  });

  it.each([
    ['a part of a split', { ...split, parts: [...split.parts!, { name: '\u3000', memberIds: ['d'] }] }, 'parts.1.name'],
    ['a founding', { ...founding, organization: { ...founding.organization!, name: ' ' } }, 'organization.name'],
    ['a renaming', { ...split, kind: 'RENAME', name: ' ' }, 'name'],
  ] as const)('ORG-03 refuses %s without a name, and says which', (_, input, field) => {
    expect(() => proposalOf(input)).toThrow(
      expect.objectContaining<Partial<DomainError>>({
        refusal: expect.objectContaining({ code: 'INVALID_INPUT', field }),
      }),
    );
  });
});
