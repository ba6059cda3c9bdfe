import { command } from './screen';
import { main } from './rebuild';

void command((screen, signal) => main(process.argv.slice(2), screen, signal));
