import { serve } from '@jishi/subgraph';
import { members } from './service';

// The API process of members.
void serve(members);
