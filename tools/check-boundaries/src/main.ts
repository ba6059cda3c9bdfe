import { check, rules } from './rules';
import { readWorkspace } from './workspace';

const workspace = readWorkspace(process.cwd());
const breaches = check(workspace);
for (const { rule, path, line, message } of breaches) console.error(`${path}:${line}  ${rule}  ${message}`);
for (const name of new Set(breaches.map(({ rule }) => rule)))
  console.error(`\n${name}: ${rules.find((rule) => rule.name === name)?.keeps}`);
console.log(
  `${workspace.files.length} files of ${workspace.projects.length} projects, ${rules.length} rules, ${breaches.length} breaches`,
);
process.exitCode = breaches.length > 0 || workspace.files.length === 0 ? 1 : 0;
