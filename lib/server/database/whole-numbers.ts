import "server-only";
import {
  ColumnNode,
  type ColumnUpdateNode,
  type InsertQueryNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type PrimitiveValueListNode,
  type ValueNode,
  ValuesNode,
} from "kysely";

/** The only columns with fractions. Every other number is a count, a time or millionths of a dollar. */
const FRACTIONAL = new Set(["usd"]);

/**
 * Rounds every other number of a query. Postgres refuses a fraction in an integer column. SQLite stores it, and later finds
 * the row only by the same fraction.
 */
export function wholeNumbers(): KyselyPlugin {
  const rounding = new Rounding();
  return {
    transformQuery: ({ node, queryId }) => rounding.transformNode(node, queryId),
    transformResult: async ({ result }) => result,
  };
}

class Rounding extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    return { ...node, value: toWhole(node.value) };
  }

  protected override transformPrimitiveValueList(
    node: PrimitiveValueListNode,
  ): PrimitiveValueListNode {
    return { ...node, values: node.values.map(toWhole) };
  }

  protected override transformColumnUpdate(
    ...[node, queryId]: Parameters<OperationNodeTransformer["transformColumnUpdate"]>
  ): ColumnUpdateNode {
    const { column } = node;
    return ColumnNode.is(column) && FRACTIONAL.has(column.column.name)
      ? node
      : super.transformColumnUpdate(node, queryId);
  }

  protected override transformInsertQuery(
    ...[node, queryId]: Parameters<OperationNodeTransformer["transformInsertQuery"]>
  ): InsertQueryNode {
    const whole = super.transformInsertQuery(node, queryId);
    if (!node.values || !whole.values || !ValuesNode.is(node.values)) return whole;
    if (!ValuesNode.is(whole.values)) return whole;
    const isFractional = node.columns?.map(({ column }) => FRACTIONAL.has(column.name)) ?? [];
    const given = node.values.values;
    const values = whole.values.values.map((row, index) => {
      const original = given[index]?.values ?? [];
      const mixed = row.values.map((value, at) => (isFractional[at] ? original[at] : value));
      return { ...row, values: mixed } as typeof row;
    });
    return { ...whole, values: ValuesNode.create(values) };
  }
}

function toWhole(value: unknown): unknown {
  return typeof value === "number" && Number.isFinite(value) ? Math.round(value) : value;
}
