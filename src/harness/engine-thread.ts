/**
 * A thread like those that run the runs of a study, for measuring in it. It is a thread of a real pool, so
 * that limits of its heap and settings of its garbage collector are those of real runs, and stand in one
 * place.
 */
import { fileURLToPath } from "node:url";
import type { Piscina } from "piscina";
import type { EngineSettings } from "./engine.ts";
import type { InThread } from "./engine-measures.ts";
import { Pool } from "./pool.ts";

const filename = fileURLToPath(new URL("./engine-measures.ts", import.meta.url));

export class EngineThread {
  private readonly pool = new Pool({ workers: 1 });

  measure(settings: EngineSettings): Promise<InThread> {
    // biome-ignore lint/complexity/useLiteralKeys: brackets reach a private field, for this one task
    const piscina = this.pool["piscina"] as unknown as Piscina<EngineSettings, InThread>;
    return piscina.run(settings, { filename, name: "measure" });
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
