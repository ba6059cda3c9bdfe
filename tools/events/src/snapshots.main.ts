import { command } from './screen';
import { main } from './snapshots';

void command((screen, signal) => main(process.argv.slice(2), screen, signal));
