import { cp, readFile } from "node:fs/promises";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

type Trace = (
  files: string[],
  options: {
    base: string;
    conditions: string[];
    mixedModules: boolean;
    readFile(file: string): Promise<string | Buffer | null>;
  },
) => Promise<{ fileList: Set<string> }>;

const commands = ["admin", "doctor"] as const;

/** What an operator runs beside the built server: `npm run admin` and `npm run doctor`. */
export const commandScripts: Record<string, string> = Object.fromEntries(
  commands.map((name) => [name, `node --conditions=react-server scripts/${name}.ts`]),
);

/** Copies the commands with everything that they import. The server's own code is in its bundle, where they can't read it. */
export async function addCommands(root: string, folder: string): Promise<void> {
  const { nodeFileTrace } = require("next/dist/compiled/@vercel/nft") as { nodeFileTrace: Trace };
  const { fileList } = await nodeFileTrace(
    commands.map((name) => join(root, "scripts", `${name}.ts`)),
    {
      base: root,
      conditions: ["react-server", "node", "import", "default"],
      mixedModules: true,
      readFile: readWithoutTypes,
    },
  );
  for (const file of fileList)
    if (file !== "package.json") await cp(join(root, file), join(folder, file));
}

async function readWithoutTypes(file: string): Promise<string | Buffer | null> {
  try {
    const source = await readFile(file);
    return file.endsWith(".ts") ? stripTypeScriptTypes(source.toString()) : source;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR") return null;
    throw error;
  }
}
