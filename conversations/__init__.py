"""What is true: conversations, agents, queues, and the rules that move them."""
