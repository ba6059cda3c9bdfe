import {
  type ASTNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** How large an operation may be. The committed questions stay well below; what is above was written to hurt. */
export const limits = {
  /** Bytes of a request's body. */
  body: 100 * 1024,
  /** Lexical tokens of a document, refused before anything is built from it. */
  tokens: 1000,
  /** Levels of fields from the root. */
  depth: 10,
  /** Renamed fields, counted as often as fragments repeat them: each is work of its own. */
  aliases: 15,
  /** Directives in the whole document. */
  directives: 20,
  /** Uses of fragments in the whole document: the planner's work grows with them. */
  spreads: 50,
} as const;

interface Shape {
  readonly depth: number;
  readonly aliases: number;
}

/** Fragments are measured once each, so a document of nested fragments costs its length and not its expansion. */
function measurer(context: ValidationContext) {
  const known = new Map<string, Shape>();

  function measure(set: SelectionSetNode | undefined, above: ReadonlySet<string>): Shape {
    let depth = 0;
    let aliases = 0;
    const count = (inner: Shape, levels: number) => {
      depth = Math.max(depth, inner.depth + levels);
      aliases += inner.aliases;
    };
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        // Introspection has a limit of its own in graphql-js and is off in production.
        if (selection.name.value.startsWith('__')) continue;
        if (selection.alias) aliases += 1;
        count(measure(selection.selectionSet, above), 1);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        count(measure(selection.selectionSet, above), 0);
      } else {
        count(fragment(context.getFragment(selection.name.value), above), 0);
      }
    }
    return { depth, aliases };
  }

  function fragment(node: FragmentDefinitionNode | null | undefined, above: ReadonlySet<string>): Shape {
    const name = node?.name.value;
    // A cycle is refused by graphql-js; here it only must not run for ever.
    if (!node || name === undefined || above.has(name)) return { depth: 0, aliases: 0 };
    const shape = known.get(name) ?? measure(node.selectionSet, new Set([...above, name]));
    known.set(name, shape);
    return shape;
  }

  return (operation: OperationDefinitionNode) => measure(operation.selectionSet, new Set());
}

const tooLarge = (node: ASTNode, what: keyof typeof limits, zh: string, en: string) =>
  new GraphQLError(`查询过大：${zh}最多 ${limits[what]} / the operation is too large: at most ${limits[what]} ${en}`, {
    nodes: node,
    extensions: { limit: what },
  });

/** Refuses operations beyond `limits` before they are planned: the planner itself knows no time limit. */
export const withinLimits: ValidationRule = (context) => {
  const measure = measurer(context);
  let directives = 0;
  let spreads = 0;
  return {
    OperationDefinition(node) {
      const { depth, aliases } = measure(node);
      if (depth > limits.depth) context.reportError(tooLarge(node, 'depth', '层级', 'levels'));
      if (aliases > limits.aliases) context.reportError(tooLarge(node, 'aliases', '别名', 'aliases'));
    },
    Directive(node) {
      directives += 1;
      if (directives === limits.directives + 1) context.reportError(tooLarge(node, 'directives', '指令', 'directives'));
    },
    FragmentSpread(node) {
      spreads += 1;
      if (spreads === limits.spreads + 1)
        context.reportError(tooLarge(node, 'spreads', '片段引用', 'fragment spreads'));
    },
  };
};
