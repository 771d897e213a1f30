/**
 * A thread like those that run the runs of a study, for measuring in it. It is a thread of a real pool, so
 * that limits of its heap and settings of its garbage collector are those of real runs, and stand in one
 * place.
 */
import { fileURLToPath } from "node:url";
import { Pool } from "../pool.ts";
import type { EngineSettings } from "./engine.ts";
import type { InThread } from "./measures.ts";

const filename = fileURLToPath(new URL("./measures.ts", import.meta.url));

export class EngineThread {
  private readonly pool = new Pool({ workers: 1 });

  measure(settings: EngineSettings): Promise<InThread> {
    return this.pool.other(filename, "measure", settings);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
