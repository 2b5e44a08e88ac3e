/** Its bytes, because WebKit stores no file in a private window. An earlier version kept the file itself. */
export type KeptFile = File | { bytes: ArrayBuffer; name: string; type: string };

export async function toKeptFile(file: File): Promise<KeptFile> {
  return { bytes: await file.arrayBuffer(), name: file.name, type: file.type };
}

export function toFile(kept: KeptFile | undefined): File | undefined {
  if (!kept || kept instanceof File) return kept;
  return new File([kept.bytes], kept.name, { type: kept.type });
}
