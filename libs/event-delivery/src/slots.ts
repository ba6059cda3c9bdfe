/** Lets at most `count` pieces of work run at the same moment; the others wait in the order in which they came. */
export function slots(count: number): <R>(work: () => Promise<R>) => Promise<R> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
