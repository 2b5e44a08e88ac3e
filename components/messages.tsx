"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { PageMessages } from "@/lib/messages";

const MessagesContext = createContext<PageMessages | undefined>(undefined);

type MessagesProviderProps = { messages: PageMessages; children: ReactNode };

/** The words of the page in the visitor's language, sent with the page rather than with its script. */
export function MessagesProvider({ messages, children }: MessagesProviderProps) {
  return <MessagesContext value={messages}>{children}</MessagesContext>;
}

export function useMessages(): PageMessages {
  const messages = useContext(MessagesContext);
  if (!messages) throw new Error("There is no MessagesProvider above");
  return messages;
}
