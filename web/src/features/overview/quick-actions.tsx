import { Link, useNavigate } from "@tanstack/react-router";
import { Search, Upload } from "lucide-react";
import { useState } from "react";
import { buttonClasses, IconButton } from "@/ui/button";
import { Input } from "@/ui/field";

/** What people come for most: to bring something, and to find something. */
export function QuickActions() {
  const [text, setText] = useState("");
  const navigate = useNavigate();
  return (
    <>
      <search>
        <form
          className="flex items-center gap-1"
          onSubmit={(event) => {
            event.preventDefault();
            const q = text.trim();
            void navigate({ to: "/documents", search: q === "" ? {} : { q } });
          }}
        >
          <Input
            type="search"
            aria-label="Search documents"
            placeholder="Search documents"
            className="w-52"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <IconButton label="Search" type="submit" look="secondary" className="h-9 w-9">
            <Search aria-hidden className="size-4" />
          </IconButton>
        </form>
      </search>
      <Link to="/upload" className={buttonClasses({ look: "primary" })}>
        <Upload aria-hidden className="size-4" /> Upload
      </Link>
    </>
  );
}
