import { AppError } from "@/lib/problems";
import { readBody } from "@/lib/server/http/body";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { pageAnswer, pageRoute } from "@/lib/server/pages/answer";
import { PASSWORD_FIELDS, passwordPage } from "@/lib/server/pages/page";
import { getServices } from "@/lib/server/services";
import { sharePage } from "@/lib/server/shares/pages";
import { requireUnlocked, unlock } from "@/lib/server/shares/unlock";
import { visit } from "@/lib/server/shares/visit";

type Context = { params: Promise<{ slug: string }> };

const MAX_FORM_BYTES = 4096;

const show = pageRoute(async (request: Request, { params }: Context) => {
  const { slug } = await params;
  const found = await visit(await getServices(), slug);
  try {
    await requireUnlocked(request, found.share);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "share_locked")) throw error;
    return pageAnswer(request, (setting) => passwordPage(formOf(slug), setting), { status: 401 });
  }
  const origin = publicOrigin(request);
  return pageAnswer(request, (setting) => sharePage(found, origin, setting));
});

/** Handles the password form: shows the page again, or sets the cookie that opens the share and redirects to it. */
const open = pageRoute(async (request: Request, { params }: Context) => {
  const { slug } = await params;
  const services = await getServices();
  const { share } = await visit(services, slug);
  const form = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString());
  const isSecure = publicOrigin(request).startsWith("https:");
  try {
    // Programs that were written for an earlier version send the password as "password".
    const password = form.get(PASSWORD_FIELDS.video) ?? form.get("password") ?? "";
    const cookie = await unlock(services, share, password, isSecure);
    if (!cookie)
      return await pageAnswer(
        request,
        (setting) => passwordPage({ ...formOf(slug), problem: "wrong" }, setting),
        { status: 401 },
      );
    const headers = { location: `/v/${slug}`, "set-cookie": cookie };
    return new Response(null, { status: 303, headers });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "too_many_attempts")) throw error;
    return pageAnswer(
      request,
      (setting) => passwordPage({ ...formOf(slug), problem: "too_many_attempts" }, setting),
      { status: 429 },
    );
  }
});

function formOf(slug: string) {
  return { to: "video", action: `/v/${slug}`, account: `link-${slug}` } as const;
}

export { open as POST, show as GET, show as HEAD };
