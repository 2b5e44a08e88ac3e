import { describe } from "vitest";
import { testLevels } from "./test-levels";

describe("a SQLite database of an earlier version", () => testLevels("sqlite"));
