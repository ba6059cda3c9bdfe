import { work } from '@jishi/subgraph';
import { organizations } from './service';

// The worker process of organizations: relay, consumers, daily work.
void work(organizations);
