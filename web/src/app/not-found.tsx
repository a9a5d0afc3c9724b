import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useTitle } from "@/app/title";
import { buttonClasses } from "@/ui/button";
import { Empty } from "@/ui/state";

export function NotFound() {
  useTitle("Not found");
  return (
    <Empty
      page
      title="There is no such page"
      icon={<Compass strokeWidth={1.5} />}
      actions={
        <Link to="/" className={buttonClasses({ look: "primary" })}>
          To the overview
        </Link>
      }
    >
      The address may be mistyped, or what it was about is gone.
    </Empty>
  );
}
