/** A row of the national division list: statistical code and registered name. */
export interface Row {
  readonly code: string;
  readonly name: string;
}

/** 村民委员会 → 村, 居委会 → 社区. A unit that is neither (code 400 and above: 虚拟社区, farms) gives null. */
export function grassrootsArea({ code, name }: Row): { kind: 'VILLAGE' | 'COMMUNITY'; name: string } | null {
  const sequence = Number(code.slice(9));
  if (name.includes('虚拟') || sequence >= 400) return null;
  if (sequence < 200) {
    const stem = name.replace(/(社区)?(居民委员会|居委会)$/, '').replace(/社区$/, '');
    return { kind: 'COMMUNITY', name: `${stem}社区` };
  }
  const stem = name.replace(/(村民委员会|村委会)$/, '');
  return { kind: 'VILLAGE', name: stem.endsWith('村') ? stem : `${stem}村` };
}

/** 001–099 街道, 100–199 镇, 200–399 乡, above: development zones and the like. */
export function townKind(code: string): 'STREET' | 'TOWN' | 'TOWNSHIP' | 'DEV_ZONE' {
  const sequence = Number(code.slice(6));
  return sequence < 100 ? 'STREET' : sequence < 200 ? 'TOWN' : sequence < 400 ? 'TOWNSHIP' : 'DEV_ZONE';
}
