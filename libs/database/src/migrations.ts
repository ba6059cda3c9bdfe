import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export type MigrationClass = new () => MigrationInterface;

/** The `-- up` and `-- down` parts of a plain SQL migration. */
export function partsOf(sql: string, file: string): { up: string; down: string } {
  const [, up, down] = /^--\s*up\s*$([\s\S]*?)^--\s*down\s*$([\s\S]*)/m.exec(sql) ?? [];
  if (up === undefined || down === undefined) throw new Error(`${file} needs a line "-- up" and a line "-- down"`);
  return { up: up.trim(), down: down.trim() };
}

/**
 * The migrations of a folder, for TypeORM to run in the order of their file names: `0001-people.sql`, `0002-….sql`.
 * TypeORM orders by the digits that end a class name, so these are made from the series and the number; a series is a lib or a
 * service, so that a lib's tables come before those of the services that use it.
 */
export function sqlMigrations(folder: string, series: number): MigrationClass[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const number = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
      if (!number) throw new Error(`${join(folder, file)}: call it 0001-what-it-adds.sql`);
      const { up, down } = partsOf(readFileSync(join(folder, file), 'utf8'), join(folder, file));
      const name = `${number[2]}${String(series).padStart(5, '1')}${number[1]}0000`;
      return class implements MigrationInterface {
        readonly name = name;
        async up(runner: QueryRunner): Promise<void> {
          if (up) await runner.query(up);
        }
        async down(runner: QueryRunner): Promise<void> {
          if (down) await runner.query(down);
        }
      };
    });
}
