import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import { keepApolloFromCallingHome } from '@jishi/config';
import { coerceInputValue, type GraphQLSchema, Kind, parse, typeFromAST, isInputType, validate } from 'graphql';
import { quiet } from './fixtures/two-subgraphs';
import { withinLimits } from './limits';
import { committedQuestions, committedSupergraph } from './committed';

const folder = join(__dirname, '../operations');
const supergraphSdl = committedSupergraph();
const budgets: Record<string, { subgraphRequests: number; sqlStatements: number }> = JSON.parse(
  readFileSync(join(folder, 'budgets.json'), 'utf8'),
);
const questions = committedQuestions(folder);

interface PlanNode {
  readonly kind: string;
  readonly nodes?: readonly PlanNode[];
  readonly node?: PlanNode;
}
const fetchesIn = (plan: PlanNode | undefined): number =>
  plan === undefined
    ? 0
    : (plan.kind === 'Fetch' ? 1 : 0) +
      [...(plan.nodes ?? []), plan.node].reduce((sum, each) => sum + fetchesIn(each), 0);

let schema: GraphQLSchema;
let plan: PlanNode | undefined;
let server: ApolloServer;

beforeAll(async () => {
  keepApolloFromCallingHome();
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: quiet,
    buildService: () => ({ process: async () => ({ data: null }) }),
    experimental_didResolveQueryPlan: ({ queryPlan }) => {
      plan = queryPlan.node as PlanNode | undefined;
    },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
  });
  server = new ApolloServer({ gateway: gateway as unknown as ApolloServerOptionsWithGateway<object>['gateway'] });
  await server.start();
});
afterAll(() => server.stop());

it('the committed questions are those of the office', () => {
  expect(questions.map(({ name }) => name)).toEqual([
    ...['Q01', 'Q02', 'Q03', 'Q06', 'Q10', 'Q11', 'Q13', 'Q20', 'Q34', 'Q35', 'Q36', 'member-structure', 'terms-due'],
  ]);
  expect(Object.keys(budgets)).toEqual(questions.map(({ name }) => name));
});

describe.each(questions)('$name', ({ name, zh, en, text, variables }) => {
  it('is asked in both languages', () => {
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).toMatch(/[A-Za-z]/);
  });

  it('asks only what the graph answers, within its limits', () => {
    expect(validate(schema, parse(text))).toEqual([]);
    expect(validate(schema, parse(text), [withinLimits])).toEqual([]);
  });

  it('has an example for every variable that it needs, of the right type, and no other', () => {
    const [operation] = parse(text).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('not an operation');
    const definitions = operation.variableDefinitions ?? [];
    const named = new Map(definitions.map((definition) => [definition.variable.name.value, definition]));
    expect(Object.keys(variables).filter((variable) => !named.has(variable))).toEqual([]);
    for (const [variable, { type, defaultValue }] of named) {
      const input = typeFromAST(schema, type);
      if (!isInputType(input)) throw new Error(`${variable} has no type`);
      if (variable in variables) expect(() => coerceInputValue(variables[variable], input)).not.toThrow();
      else expect([variable, type.kind === Kind.NON_NULL_TYPE && !defaultValue]).toEqual([variable, false]);
    }
  });

  it('costs no more subgraph requests than its budget', async () => {
    await server.executeOperation({ query: text, variables: { ...variables } });
    expect(fetchesIn(plan)).toBe(budgets[name]?.subgraphRequests);
  });
});
