"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { PageMessages } from "@/lib/messages";

const MessagesContext = createContext<PageMessages | undefined>(undefined);

type MessagesProviderProps = { messages: PageMessages; children: ReactNode };

/** Provides the texts in the visitor's language. They are part of the page, not of its script. */
export function MessagesProvider({ messages, children }: MessagesProviderProps) {
  return <MessagesContext value={messages}>{children}</MessagesContext>;
}

export function useMessages(): PageMessages {
  const messages = useContext(MessagesContext);
  if (!messages) throw new Error("There is no MessagesProvider above");
  return messages;
}
