import { work } from '@jishi/subgraph';
import { villages } from './service';

// The worker process of villages: relay, consumers, daily work.
void work(villages);
