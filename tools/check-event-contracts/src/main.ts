import { currentContracts } from '@jishi/event-contracts';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../compose-supergraph/repository';
import { judge, readReleases, releasedFolder } from './check';

const { values } = parseArgs({ options: { released: { type: 'string' } } });
const folder = values.released ? resolve(values.released) : join(repositoryRoot(), releasedFolder);
const { code, text } = judge(readReleases(folder), currentContracts());
(code === 0 ? process.stdout : process.stderr).write(text);
process.exitCode = code;
