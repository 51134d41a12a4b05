"""Both doors of real servers, by clients that know nothing but the public interface."""
