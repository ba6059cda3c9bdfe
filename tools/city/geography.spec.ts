import { area } from '@turf/area';
import { polygon } from '@turf/helpers';
import { intersect } from '@turf/intersect';
import { featureCollection } from '@turf/helpers';
import { areasOf } from './areas';
import { boxesOf, plotsIn, ringOf, somewhereIn, type Ring } from './geography';
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';

const shape = (ring: Ring) => polygon([ring.map(([longitude, latitude]) => [longitude, latitude])]);

describe('the invented map', () => {
  const boxes = boxesOf(areasOf('county', '2026-11-21'));

  it.each([1, 2, 3, 8, 9, 10])(
    'GRD-01 tiles a community with %s plots that neither overlap nor leave a hole',
    (count) => {
      const box = boxes.get('410823001001')!;
      const plots = plotsIn(box, count, '410823001001').map(shape);
      expect(plots).toHaveLength(count);
      const sum = plots.reduce((all, plot) => all + area(plot), 0);
      expect(Math.abs(sum - area(shape(ringOf(box))))).toBeLessThan(1);
      for (const [at, plot] of plots.entries())
        for (const other of plots.slice(at + 1)) {
          const common = intersect(featureCollection([plot, other]));
          expect(common ? area(common) : 0).toBeLessThan(0.1);
        }
    },
  );

  it('GRD-02 a place drawn in a plot lies in it', () => {
    for (const plot of plotsIn(boxes.get('410823001001')!, 9, 'x'))
      for (const share of [0, 0.5, 1])
        expect(booleanPointInPolygon([...somewhereIn(plot, share, 1 - share)], shape(plot))).toBe(true);
  });
});
