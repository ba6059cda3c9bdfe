import { work } from '@jishi/subgraph';
import { grids } from './service';

// The worker process of grids: relay, consumers, daily work.
void work(grids);
