import { serve } from '@jishi/subgraph';
import { villages } from './service';

// The API process of villages.
void serve(villages);
