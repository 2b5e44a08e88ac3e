import { describe } from "vitest";
import { testLevels } from "./test-levels";

describe("a Postgres database of an earlier version", () => testLevels("postgres"));
