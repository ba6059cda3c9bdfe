import { work } from '@jishi/subgraph';
import { enterprises } from './service';

// The worker process of enterprises: relay, consumers, daily work.
void work(enterprises);
