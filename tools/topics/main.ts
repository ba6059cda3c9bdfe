import { asked, declareTopics, help } from './topics';

async function main(): Promise<void> {
  const wanted = asked(process.argv.slice(2), process.env['KAFKA_BROKERS']);
  if (!wanted) {
    process.stdout.write(help);
    process.exitCode = process.argv.includes('--help') || process.argv.includes('-h') ? 0 : 2;
    return;
  }
  process.exitCode = await declareTopics(wanted, (line) => void process.stdout.write(`${line}\n`));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
