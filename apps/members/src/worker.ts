import { work } from '@jishi/subgraph';
import { members } from './service';

// The worker process of members: relay, consumers, daily work.
void work(members);
