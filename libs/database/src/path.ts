import { deepest, type Ancestors } from '@jishi/access';
import { Column } from 'typeorm';

/**
 * The organisations above a row, from the root (`ancestor1`) down to its own: `@Column(() => OrganizationPath, { prefix: false })
 * path`. Stamped by `tx.insert` and `tx.save` from the service's tree, re-stamped when a subtree moves.
 */
export class OrganizationPath implements Ancestors {
  @Column({ type: 'uuid', name: 'ancestor_1', nullable: true }) ancestor1: string | null;
  @Column({ type: 'uuid', name: 'ancestor_2', nullable: true }) ancestor2: string | null;
  @Column({ type: 'uuid', name: 'ancestor_3', nullable: true }) ancestor3: string | null;
  @Column({ type: 'uuid', name: 'ancestor_4', nullable: true }) ancestor4: string | null;
  @Column({ type: 'uuid', name: 'ancestor_5', nullable: true }) ancestor5: string | null;
  @Column({ type: 'uuid', name: 'ancestor_6', nullable: true }) ancestor6: string | null;
  @Column({ type: 'uuid', name: 'ancestor_7', nullable: true }) ancestor7: string | null;
}

/** `ancestor_1, …, ancestor_7`, with an alias in front where one is given. */
export const ancestorColumns = (alias?: string): string =>
  Array.from({ length: deepest }, (_, index) => `${alias ? `${alias}.` : ''}ancestor_${index + 1}`).join(', ');
