import { command } from './screen';
import { main } from './dead-letters';

void command((screen) => main(process.argv.slice(2), screen));
