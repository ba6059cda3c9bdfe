import { serve } from '@jishi/subgraph';
import { grids } from './service';

// The API process of grids.
void serve(grids);
