/** Downloads packages of the distribution with apt, with state and cache of its own: nothing of the system is changed. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

export interface AptDownload {
  /** Downloads these packages and returns the paths of the .deb files. */
  download(packages: string[]): Promise<string[]>;
}

/** With the package lists this machine has: fast, but they may be absent or name versions that are gone. */
export async function aptWithSystemLists(scratch: string): Promise<AptDownload> {
  return prepare(join(scratch, "apt"), "");
}

/** With package lists fetched now, into the scratch directory. */
export async function aptWithFreshLists(scratch: string): Promise<AptDownload> {
  const home = join(scratch, "apt-fresh");
  await mkdir(join(home, "lists", "partial"), { recursive: true });
  const apt = await prepare(home, `Dir::State::Lists "${home}/lists";\n`);
  // A third party's broken source makes this fail although Debian's own lists came: the download decides.
  await run("apt-get", ["update", "-o", "APT::Update::Error-Mode=any"], { env: apt.env }).catch(
    (error: Error) => {
      apt.updateError = error;
    },
  );
  return apt;
}

async function prepare(
  home: string,
  settings: string,
): Promise<AptDownload & { env: { APT_CONFIG: string }; updateError: Error | undefined }> {
  await mkdir(join(home, "cache", "archives", "partial"), { recursive: true });
  const config = join(home, "apt.conf");
  const inherited = ["/etc/apt/apt.conf", process.env.APT_CONFIG]
    .filter((file) => file && existsSync(file))
    .map((file) => `#include "${file}";\n`); // a proxy may be configured there
  await writeFile(config, inherited.join("") + settings + aptConfig(home, config));
  const apt = {
    env: { APT_CONFIG: config },
    updateError: undefined as Error | undefined,
    async download(packages: string[]): Promise<string[]> {
      const into = await mkdtemp(join(home, "debs-"));
      try {
        await run("apt-get", ["download", ...packages], { cwd: into, env: apt.env });
      } catch (error) {
        const causes = [apt.updateError, error as Error].filter((cause) => cause !== undefined);
        throw new AggregateError(causes, causes.map((cause) => cause.message).join("\n"));
      }
      return (await readdir(into)).map((file) => join(into, file));
    },
  };
  return apt;
}

/**
 * The file is read twice: first by APT_CONFIG, then, because it names itself as the main file, after the system's
 * apt.conf.d. Only so can the hooks be cleared that images and desktops put there for the system's own caches.
 */
function aptConfig(home: string, self: string): string {
  return `Dir::Etc::main "${self}";
Dir::Cache "${home}/cache";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Debug::NoLocking "1";
APT::Sandbox::User "";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;
}
